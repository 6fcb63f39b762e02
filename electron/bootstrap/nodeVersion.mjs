/** Oldest Node that this project runs on, the `engines` of package.json. */
const oldest = [20, 19];

/**
 * A sentence for a Node that is too old, or null.
 * @param {string} version as in `process.versions.node`
 * @returns {string | null}
 */
export function complaintAboutNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = oldest;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return null;
  return `Pullthrough needs Node ${oldest.join('.')} or newer; this is Node ${version}.`;
}

// Every command imports this module first: an old Node gets a sentence instead of a stack trace.
const complaint = complaintAboutNode(process.versions.node);
if (complaint !== null) {
  process.stderr.write(`${complaint}\n`);
  process.exit(2);
}

/** When a registry bans whoever asks it; times in milliseconds. */
export interface BanRule {
  readonly errors: number;
  readonly within: number;
  readonly lasts: number;
}

/** What a registry remembers of its errors. Who goes on asking while banned stays so, as with DaoCloud's mirror. */
export class RegistryBan {
  /** How often it has banned. */
  bans = 0;
  private errorTimes: readonly number[] = [];
  private bannedUntil = 0;

  constructor(private readonly rule: BanRule) {}

  /** Its errors of late, since it last banned. */
  get errors(): number {
    return this.errorTimes.length;
  }

  /** Whether a request of now meets the ban. */
  meets(now: number): boolean {
    if (now >= this.bannedUntil) return false;
    this.bannedUntil = now + this.rule.lasts;
    return true;
  }

  erred(now: number): void {
    const { errors, within, lasts } = this.rule;
    this.errorTimes = [...this.errorTimes.filter((time) => now - time < within), now];
    if (this.errorTimes.length < errors) return;
    this.errorTimes = [];
    this.bans += 1;
    this.bannedUntil = now + lasts;
  }
}

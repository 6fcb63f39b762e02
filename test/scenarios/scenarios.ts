import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { describeTestCluster } from '../cluster/conformance';
import type { TestCluster } from '../cluster/testCluster';
import { scenariosOfAChangingWorld } from './meanwhile';
import { scenariosOfHealing } from './healing';
import { scenariosOfCleanup } from './cleanup';
import { scenariosOfCauses } from './causes';
import { scenariosOfALogin } from './mirrorLogin';
import { scenariosOfLeavingAlone } from './leavingAlone';
import { scenariosOfLeastRights } from './leastRights';
import { scenariosOfRetag } from './retag';
import { scenariosOfRights } from './rights';
import { scenariosOfSeveralMirrors } from './severalMirrors';
import { scenariosOfTheWayBack } from './wayBack';
import { Stage } from './stage';
import { scenariosOfVanishedImages } from './vanishedImages';

/**
 * What the product promises, once, for every kind of cluster. A scenario that holds on the simulation and not on
 * a real cluster is a fault of the simulation.
 */
export function describeScenarios(tier: TestCluster['tier'], start: () => Promise<TestCluster>): void {
  describe(`on the ${tier}`, () => {
    const stage = new Stage();
    beforeAll(async () => {
      stage.open(await start());
    });
    afterAll(() => stage.close());
    beforeEach(() => stage.set());
    afterEach(() => stage.clear());

    describeTestCluster(() => stage.cluster);
    scenariosOfCauses(stage);
    scenariosOfHealing(stage);
    scenariosOfLeavingAlone(stage);
    scenariosOfSeveralMirrors(stage);
    if (tier === 'simulation') scenariosOfVanishedImages(stage);
    scenariosOfALogin(stage);
    scenariosOfTheWayBack(stage);
    scenariosOfRetag(stage);
    scenariosOfRights(stage);
    // dozens of rights, one after the other: too long for real nodes, which play no part in it
    if (tier !== 'node') scenariosOfLeastRights(stage);
    scenariosOfAChangingWorld(stage);
    scenariosOfCleanup(stage);
  });
}

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { describePrepull } from '../conformance/prepull';
import { describeTestCluster } from '../cluster/conformance';
import type { TestCluster } from '../cluster/testCluster';
import { figure } from '../setup/figure';
import { scenariosOfAChangingWorld } from './meanwhile';
import { scenariosOfHealing } from './healing';
import { scenariosOfCleanup } from './cleanup';
import { scenariosOfCauses } from './causes';
import { scenariosOfALogin } from './mirrorLogin';
import { scenariosOfAKilledApp } from './killedApp';
import { scenariosOfLeavingAlone } from './leavingAlone';
import { scenariosOfLeastRights } from './leastRights';
import { scenariosOfFeaturesWithLeastRights } from './leastRightsOfFeatures';
import { scenariosOfRetag } from './retag';
import { scenariosOfRights } from './rights';
import { scenariosOfSeveralMirrors } from './severalMirrors';
import { scenariosOfTheWayBack } from './wayBack';
import { Stage } from './stage';
import { leftovers, strayRequests } from './traces';
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
    let left: readonly string[] = [];
    afterAll(async () => {
      figure(`leftovers after all scenarios on the ${tier}`, left.length, 'objects');
      await stage.close();
      expect(left).toEqual([]);
    });
    beforeEach(() => stage.set());
    afterEach(async ({ task }) => {
      await stage.clear();
      expect(await strayRequests(stage.cluster)).toEqual([]);
      left = [...left, ...(await leftovers(stage.cluster)).map((object) => `${task.name}: ${object}`)];
    });

    describeTestCluster(() => stage.cluster);
    scenariosOfCauses(stage);
    scenariosOfHealing(stage);
    scenariosOfLeavingAlone(stage);
    scenariosOfSeveralMirrors(stage);
    describePrepull(stage, tier);
    if (tier === 'simulation') scenariosOfVanishedImages(stage);
    scenariosOfALogin(stage);
    scenariosOfTheWayBack(stage);
    scenariosOfRetag(stage);
    scenariosOfRights(stage);
    // dozens of rights, one after the other: too long for real nodes, which play no part in it
    if (tier !== 'node') {
      scenariosOfLeastRights(stage);
      scenariosOfFeaturesWithLeastRights(stage);
    }
    scenariosOfAChangingWorld(stage);
    if (tier !== 'node') scenariosOfAKilledApp(stage);
    scenariosOfCleanup(stage);
  });
}

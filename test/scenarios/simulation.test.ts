import { startSimulatedCluster } from '../cluster/simulation';
import { describeBanningMirrors } from './banningMirrors';
import { describeScenarios } from './scenarios';

describeScenarios('simulation', startSimulatedCluster);
describeBanningMirrors(() => startSimulatedCluster({ timings: { backOffMs: 10_000, maxBackOffMs: 300_000 } }));

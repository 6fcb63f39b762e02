import { startSimulatedCluster } from '../cluster/simulation';
import { describeScenarios } from './scenarios';

describeScenarios('simulation', startSimulatedCluster);

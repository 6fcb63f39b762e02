import { startNodeCluster } from '../cluster/node';
import { describeScenarios } from './scenarios';

describeScenarios('node', startNodeCluster);

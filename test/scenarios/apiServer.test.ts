import { startApiServerCluster } from '../cluster/apiServer';
import { describeScenarios } from './scenarios';

describeScenarios('api-server', startApiServerCluster);

import { describeWorkloads } from '../conformance/workloads';
import { startSimulatedServer } from './simulatedServer';

describeWorkloads('simulated server', startSimulatedServer);

import { describeKubelet } from '../conformance/kubelet';
import { startSimulatedServer } from './simulatedServer';

describeKubelet('simulated server', startSimulatedServer);

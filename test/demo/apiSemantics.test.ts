import { describeApiSemantics } from '../conformance/apiSemantics';
import { startSimulatedServer } from './simulatedServer';

describeApiSemantics('simulated server', startSimulatedServer);

import { describeFledged } from '../conformance/fledged';
import { startSimulatedServer } from './simulatedServer';

describeFledged('simulated server', startSimulatedServer);

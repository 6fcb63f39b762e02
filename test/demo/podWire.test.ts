import { describePodWire } from '../conformance/podWire';
import { startSimulatedServer } from './simulatedServer';

describePodWire('simulated server', startSimulatedServer);

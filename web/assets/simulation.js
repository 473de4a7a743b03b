// Tokens that run on a drawing: fetched when somebody wants to see them, in a view of its own over the drawing.
import "./simulation-words.js";
import Viewer from "bpmn-js/lib/NavigatedViewer";
import simulation from "bpmn-js-token-simulation/lib/base";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import "./simulation.css";

// Shows a model in a container, ready to let tokens go; gives the viewer.
globalThis.mcSimulate = async (container, xml) => {
  const viewer = new Viewer({ container, additionalModules: [simulation] });
  await viewer.importXML(xml);
  viewer.get("canvas").zoom("fit-viewport", "auto");
  container.classList.add("simulation");
  viewer.get("eventBus").fire("tokenSimulation.toggleMode", { active: true });
  return viewer;
};

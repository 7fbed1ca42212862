// The page of a feature: its masked numbers get their button.
import { mount } from "./lib/number.js";

mount();

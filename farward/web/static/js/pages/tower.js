/** The tower's page. */

import { mountTower } from "../tower.js";

mountTower({ root: document.getElementById("tower"), status: document.getElementById("tower-status") });

// Parts of the map page that stand on its interface alone (page.panel, page.dock, page.tools …), mounted in this order.
import * as table from "../table/dock.js";
import * as print from "./print.js";
import * as query from "./query.js";
import * as search from "./search.js";

export const parts = [search, query, print, table];

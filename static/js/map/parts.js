// Parts of the map page that stand on its interface alone (page.panel, page.dock, page.tools …), mounted in this order.
export const parts = [];

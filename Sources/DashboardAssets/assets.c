#include "dashboard_assets.h"

/* #embed is of C23; clang has it in every C. */
#pragma clang diagnostic ignored "-Wc23-extensions"

/* Each file of page/ is embedded here and has a line in the table below, in the order of their
 * names; a test compares both with the folder. */
static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char main_js[] = {
#embed "page/main.js"
};
static const unsigned char style_css[] = {
#embed "page/style.css"
};

#define ASSET(name, bytes) {name, bytes, sizeof bytes}

static const struct dashboard_asset assets[] = {
    ASSET("index.html", index_html),
    ASSET("main.js", main_js),
    ASSET("style.css", style_css),
};

size_t dashboard_asset_count(void) { return sizeof assets / sizeof *assets; }

const struct dashboard_asset *dashboard_asset_at(size_t place) { return &assets[place]; }

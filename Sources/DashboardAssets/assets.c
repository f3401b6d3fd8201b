#include "dashboard_assets.h"

/* #embed is of C23; clang has it in every C. */
#pragma clang diagnostic ignored "-Wc23-extensions"

/* Each file of page/ is embedded here and has a line in the table below, in the order of their
 * names; a test compares both with the folder. */
static const unsigned char artifacts_js[] = {
#embed "page/artifacts.js"
};
static const unsigned char axes_js[] = {
#embed "page/axes.js"
};
static const unsigned char bands_js[] = {
#embed "page/bands.js"
};
static const unsigned char bars_js[] = {
#embed "page/bars.js"
};
static const unsigned char chart_js[] = {
#embed "page/chart.js"
};
static const unsigned char chooser_js[] = {
#embed "page/chooser.js"
};
static const unsigned char coloring_js[] = {
#embed "page/coloring.js"
};
static const unsigned char columns_js[] = {
#embed "page/columns.js"
};
static const unsigned char comparison_js[] = {
#embed "page/comparison.js"
};
static const unsigned char csv_js[] = {
#embed "page/csv.js"
};
static const unsigned char curvedata_js[] = {
#embed "page/curvedata.js"
};
static const unsigned char curves_js[] = {
#embed "page/curves.js"
};
static const unsigned char docs_js[] = {
#embed "page/docs.js"
};
static const unsigned char dom_js[] = {
#embed "page/dom.js"
};
static const unsigned char edits_js[] = {
#embed "page/edits.js"
};
static const unsigned char experiment_js[] = {
#embed "page/experiment.js"
};
static const unsigned char experiments_js[] = {
#embed "page/experiments.js"
};
static const unsigned char export_js[] = {
#embed "page/export.js"
};
static const unsigned char figure_js[] = {
#embed "page/figure.js"
};
static const unsigned char filter_js[] = {
#embed "page/filter.js"
};
static const unsigned char format_js[] = {
#embed "page/format.js"
};
static const unsigned char images_js[] = {
#embed "page/images.js"
};
static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char keyboard_js[] = {
#embed "page/keyboard.js"
};
static const unsigned char main_js[] = {
#embed "page/main.js"
};
static const unsigned char markdown_js[] = {
#embed "page/markdown.js"
};
static const unsigned char marks_js[] = {
#embed "page/marks.js"
};
static const unsigned char output_js[] = {
#embed "page/output.js"
};
static const unsigned char pair_js[] = {
#embed "page/pair.js"
};
static const unsigned char palette_js[] = {
#embed "page/palette.js"
};
static const unsigned char paper_js[] = {
#embed "page/paper.js"
};
static const unsigned char parallel_js[] = {
#embed "page/parallel.js"
};
static const unsigned char patch_js[] = {
#embed "page/patch.js"
};
static const unsigned char pipeline_js[] = {
#embed "page/pipeline.js"
};
static const unsigned char preview_js[] = {
#embed "page/preview.js"
};
static const unsigned char rows_js[] = {
#embed "page/rows.js"
};
static const unsigned char scatter_js[] = {
#embed "page/scatter.js"
};
static const unsigned char smoothing_js[] = {
#embed "page/smoothing.js"
};
static const unsigned char source_js[] = {
#embed "page/source.js"
};
static const unsigned char spark_js[] = {
#embed "page/spark.js"
};
static const unsigned char state_js[] = {
#embed "page/state.js"
};
static const unsigned char style_css[] = {
#embed "page/style.css"
};
static const unsigned char sweep_js[] = {
#embed "page/sweep.js"
};
static const unsigned char table_js[] = {
#embed "page/table.js"
};
static const unsigned char tablecolumns_js[] = {
#embed "page/tablecolumns.js"
};
static const unsigned char tablerow_js[] = {
#embed "page/tablerow.js"
};
static const unsigned char terminal_js[] = {
#embed "page/terminal.js"
};
static const unsigned char values_js[] = {
#embed "page/values.js"
};

#define ASSET(name, bytes) {name, bytes, sizeof bytes}

static const struct dashboard_asset assets[] = {
    ASSET("artifacts.js", artifacts_js),
    ASSET("axes.js", axes_js),
    ASSET("bands.js", bands_js),
    ASSET("bars.js", bars_js),
    ASSET("chart.js", chart_js),
    ASSET("chooser.js", chooser_js),
    ASSET("coloring.js", coloring_js),
    ASSET("columns.js", columns_js),
    ASSET("comparison.js", comparison_js),
    ASSET("csv.js", csv_js),
    ASSET("curvedata.js", curvedata_js),
    ASSET("curves.js", curves_js),
    ASSET("docs.js", docs_js),
    ASSET("dom.js", dom_js),
    ASSET("edits.js", edits_js),
    ASSET("experiment.js", experiment_js),
    ASSET("experiments.js", experiments_js),
    ASSET("export.js", export_js),
    ASSET("figure.js", figure_js),
    ASSET("filter.js", filter_js),
    ASSET("format.js", format_js),
    ASSET("images.js", images_js),
    ASSET("index.html", index_html),
    ASSET("keyboard.js", keyboard_js),
    ASSET("main.js", main_js),
    ASSET("markdown.js", markdown_js),
    ASSET("marks.js", marks_js),
    ASSET("output.js", output_js),
    ASSET("pair.js", pair_js),
    ASSET("palette.js", palette_js),
    ASSET("paper.js", paper_js),
    ASSET("parallel.js", parallel_js),
    ASSET("patch.js", patch_js),
    ASSET("pipeline.js", pipeline_js),
    ASSET("preview.js", preview_js),
    ASSET("rows.js", rows_js),
    ASSET("scatter.js", scatter_js),
    ASSET("smoothing.js", smoothing_js),
    ASSET("source.js", source_js),
    ASSET("spark.js", spark_js),
    ASSET("state.js", state_js),
    ASSET("style.css", style_css),
    ASSET("sweep.js", sweep_js),
    ASSET("table.js", table_js),
    ASSET("tablecolumns.js", tablecolumns_js),
    ASSET("tablerow.js", tablerow_js),
    ASSET("terminal.js", terminal_js),
    ASSET("values.js", values_js),
};

size_t dashboard_asset_count(void) { return sizeof assets / sizeof *assets; }

const struct dashboard_asset *dashboard_asset_at(size_t place) { return &assets[place]; }

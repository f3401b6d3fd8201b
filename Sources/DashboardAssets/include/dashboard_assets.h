/* The files of the dashboard's page, carried by the library. */
#ifndef DASHBOARD_ASSETS_H
#define DASHBOARD_ASSETS_H

#include <stddef.h>

/* A file of page/, as it is. */
struct dashboard_asset {
  const char *name;
  const unsigned char *bytes;
  size_t size;
};

/* How many files there are. */
size_t dashboard_asset_count(void);

/* A file by its place, which is less than the count. */
const struct dashboard_asset *dashboard_asset_at(size_t place);

#endif

/* cli/load.h - contexts, data and models as the commands want them. On failure each prints why and returns the exit
 * code; on success 0. */
#ifndef GML_CLI_LOAD_H
#define GML_CLI_LOAD_H

#include <stdbool.h>

#include "flags.h"

int open_context(size_t threads, gml_context **context);

int load_model(gml_context *context, const char *path, gml_network **network);

/* Where DATA lies: `word` itself, or for "digits" the folder of digits that comes with gemmule. The string is good
 * until the next call. Null: printed, no such folder. */
const char *find_data(const char *word);

/* Opens data for a network that knows its columns; flags that are given overrule it. `part` null: the t10k part where
 * there is one. Where targets are not needed, neither they nor weights are looked at. */
int open_for_network(const gml_network *network, const char *path, const char *part, const data_flags *flags,
                     bool targets_needed, gml_dataset **data);

/* Has the folder the part "t10k"? False for files. */
int has_test_part(gml_context *context, const char *path);

/* The words of --part, for flag_choice. */
extern const char *const part_names[];

#endif

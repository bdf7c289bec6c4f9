/* cli/train/train_checkpoint.c - the checkpoints of `gemmule train`: what is checked, printed and reported. */
#include <stdio.h>
#include <string.h>

#include "cli/shell/calls.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"
#include "cli/train/train.h"

int train_check_checkpoint(const train_flags *flags, const char *const *inputs)
{
    const char *path = flags->fit.checkpoint;
    if (path == NULL) {
        return 0;
    }
    if (strcmp(path, flags->output) == 0 || is_same_file(path, flags->output)) {
        return complain(EXIT_USAGE, "--checkpoint and --output are the same file, '%s'; two are needed", path);
    }
    return output_path_is_usable(path, inputs) ? 0 : EXIT_CREATE;
}

/* True if a message of the library begins with this path. */
static bool is_about(const char *message, const char *path)
{
    const size_t length = path != NULL ? strlen(path) : 0;
    return length > 0 && strncmp(message, path, length) == 0 && message[length] == ':';
}

/* Warnings about checkpoints and about divergences after which training goes on. Others are about the divergence that
 * ends training, which is reported, or about OpenBLAS, which --version has. */
void train_log(void *user, gml_log_level level, const char *message)
{
    train_watch *watch = user;
    const gml_train_options *fit = &watch->flags->fit;
    const char *path = is_about(message, fit->checkpoint) ? fit->checkpoint
                       : is_about(message, fit->resume)   ? fit->resume
                                                          : "";
    char text[FLAG_WORDS_SIZE];
    if (level == GML_LOG_WARNING && (path[0] != '\0' || is_about(message, "divergence"))) {
        flag_words(message + strlen(path), text);
        progress_clear(&watch->bar);
        complain(0, "warning: %s%s", path, text);
    }
}

void train_split_checkpoint(const train_flags *flags, const gml_context *context, train_result *result)
{
    const gml_status failure = result->report.checkpoint;
    const bool only = failure != GML_OK && result->status == failure;
    result->resumable = flags->fit.checkpoint != NULL && failure == GML_OK && result->report.checkpoints > 0;
    if (only) {
        complain_status(context, failure);
        result->checkpoint = failure;
        result->status = GML_OK;
    }
}

/* cli/train/train_default.c - which recipe `gemmule train` takes by default. */
#include "cli/train/train.h"

static bool describes_network(const train_flags *flags, const gml_dataset *data)
{
    (void)data;
    return flags->net.text != NULL || flags->hidden_given || flags->activation != NULL || flags->initializer != NULL ||
           flags->data_init != NULL;
}

static bool describes_training(const train_flags *flags, const gml_dataset *data)
{
    const gml_train_options *fit = &flags->fit;
    (void)data;
    return fit->optimizer != NULL || fit->learning_rate > 0 || flags->rate_auto || fit->batch > 0 || fit->epochs > 0 ||
           fit->accumulate > 0 || fit->schedule != NULL || fit->noise_schedule != NULL || fit->decay_schedule != NULL ||
           fit->average != NULL || fit->l2 > 0 || fit->l1 > 0 || fit->max_norm > 0 || fit->clip_norm > 0 ||
           fit->clip_value > 0 || fit->gradient_noise > 0 || fit->groups != NULL || fit->halvings > 0;
}

static bool has_images(const train_flags *flags, const gml_dataset *data)
{
    (void)flags;
    return gml_dataset_dtype(data) == GML_U8;
}

static bool any(const train_flags *flags, const gml_dataset *data)
{
    (void)flags, (void)data;
    return true;
}

/* The first row that applies counts. */
static const struct {
    bool (*applies)(const train_flags *flags, const gml_dataset *data);
    const char *recipe, *reason;
} defaults[] = {
    {describes_network, "plain", "a network that flags describe"},
    {describes_training, "plain", "training that flags describe"},
    {has_images, "plain", "images"},
    {any, "auto", "tables"},
};

const char *train_default_recipe(const train_flags *flags, const gml_dataset *data, const char **reason)
{
    size_t i = 0;
    while (!defaults[i].applies(flags, data)) {
        i++;
    }
    *reason = defaults[i].reason;
    return defaults[i].recipe;
}

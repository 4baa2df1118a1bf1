/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/metric.h"

#include "base/memory.h"

void metric_release(struct metric *metric)
{
    mem_free(metric->unit);
    mem_free(metric->notes);
    mem_free(metric->original);
    mem_free(metric->recorded_by);
    *metric = (struct metric){0};
}

void metric_list_release(struct metric_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        metric_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct metric_list){0};
}

#include "data/synth/synth_due.h"

#include "base/mem.h"

int due_push(due_heap *heap, due_item item)
{
    if (mem_grow(&heap->items, &heap->capacity, heap->n + 1, sizeof *heap->items))
        return -1;
    size_t at = heap->n++;
    while (at > 0 && heap->items[(at - 1) / 2].day > item.day) {
        heap->items[at] = heap->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->items[at] = item;
    return 0;
}

due_item due_pop(due_heap *heap)
{
    due_item first = heap->items[0], last = heap->items[--heap->n];
    size_t at = 0, below;
    while ((below = 2 * at + 1) < heap->n) {
        if (below + 1 < heap->n && heap->items[below + 1].day < heap->items[below].day)
            below++;
        if (heap->items[below].day >= last.day)
            break;
        heap->items[at] = heap->items[below];
        at = below;
    }
    heap->items[at] = last;
    return first;
}

select
    activity_id,
    lead_id,
    merged_ids,
    merge_source,
    _file,
    _line,
    is_merged_in_sales,
    occurred_at
from raw.marketo_merges

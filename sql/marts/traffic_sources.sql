select
    traffic_source_id,
    traffic_source,
    traffic_medium,
    campaign_key,
    click_id_kind,
    referrer_host,
    landing_host,
    channel,
    decided_by,
    touches,
    is_mapped,
    first_date,
    last_date
from funnel.traffic_sources

select
    engagement_id,
    deal_id,
    _file,
    _line
from raw.hubspot_engagement_deals

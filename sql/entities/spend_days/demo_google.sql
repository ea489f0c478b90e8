select
    case campaign_type
        when 'Search' then 'paid_search'
        when 'Display' then 'display'
        else 'unknown'
    end as channel,
    campaign,
    currency,
    cast(
        cast(cost_micros as decimal(19,0)) * cast('0.000001' as decimal(7,6)) as decimal(18,4)
    ) as spend,
    clicks,
    impressions,
    spend_date
from staging.demo__google_ads

select
    'google' as platform,
    coalesce(account, '(none)') as account_id,
    campaign as campaign_id,
    '(all)' as ad_id,
    case campaign_type
        when 'Search' then 'paid_search'
        when 'Display' then 'display'
        else 'unassigned'
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

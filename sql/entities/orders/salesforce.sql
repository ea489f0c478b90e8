select
    concat('sf:', order_id) as order_id,
    'sf:' || opportunity_id as opportunity_id,
    case when kind = 'New' then 'new' when kind is not null then 'repeat' end as kind,
    status,
    cast($salesforce_currency as text) as currency,
    coalesce(total_amount, cast(0 as decimal(18,4))) as amount,
    coalesce(
        activated_at,
        cast(cast(effective_date as timestamp) at time zone $time_zone as timestamptz),
        created_at
    ) as ordered_at,
    case
        when not is_current then 'superseded'
        when is_deleted then 'deleted'
        when status = 'Draft' then 'draft'
    end as drop_reason
from staging.salesforce__orders

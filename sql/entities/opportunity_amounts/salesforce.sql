select
    concat('sf:', history_id) as amount_change_id,
    concat('sf:', opportunity_id) as opportunity_id,
    case when amount is not null then coalesce(currency, $salesforce_currency) end as currency,
    amount,
    changed_at as recorded_at,
    case
        when is_deleted then 'deleted'
        when amount is null then 'no_amount'
    end as drop_reason
from staging.salesforce__opportunity_history

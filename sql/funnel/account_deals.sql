select
    account_id,
    count(*) as opportunities,
    count(*) filter (where is_won and cast(closed_at at time zone $time_zone as date) <= $as_of)
        as won_opportunities
from identity.opportunity_accounts
where account_id is not null
    and coalesce(cast(created_at at time zone $time_zone as date) <= $as_of, true)
group by account_id

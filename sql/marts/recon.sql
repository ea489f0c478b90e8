with

quality as (
    select * from marts.lead_quality where channel = '(all)' and month = '(all)'
),

duplicates as (
    select * from marts.duplicates where channel = '(all)' and month = '(all)'
),

rates as (
    select * from marts.rates where dimension = '(all)' and month = '(all)'
),

funnel as (
    select *
    from marts.funnel
    where path = $stage_path and mode = 'hwm' and dimension = '(all)' and month = '(all)'
),

-- One part per measure and mart that shows it.
shown as (
    select 'records' as measure, 'marts.lead_records' as relation, count(*) as value
    from marts.lead_records
    union all
    select 'records', 'marts.record_accounts', coalesce(sum(records), 0) from marts.record_accounts
    union all
    select 'records', 'marts.source_accounts', coalesce(sum(kept), 0)
    from marts.source_accounts where step = 'record'
    union all
    select 'records to date', 'marts.lead_quality', coalesce(max(records), 0) from quality
    union all
    select 'records to date', 'marts.duplicates', coalesce(max(records), 0) from duplicates
    union all
    select 'records to date', 'marts.nine_steps', coalesce(max(rows_out), 0)
    from marts.nine_steps where source = '(all)' and step = 'aggregate'
    union all
    select 'leads', 'marts.leads', count(*) from marts.leads
    union all
    select 'leads', 'marts.lead_records', count(*) from marts.lead_records where outcome = 'golden'
    union all
    select 'leads', 'marts.record_accounts', coalesce(sum(golden), 0) from marts.record_accounts
    union all
    select 'leads', 'marts.lead_accounts', count(*) from marts.lead_accounts
    union all
    select 'leads to date', 'marts.lead_quality', coalesce(max(leads), 0) from quality
    union all
    select 'leads to date', 'marts.duplicates', coalesce(max(leads), 0) from duplicates
    union all
    select 'leads to date', 'marts.rates', coalesce(max(members), 0) from rates where rate = 'won'
    union all
    select 'leads to date', 'marts.rate_members', count(*)
    from marts.rate_members where rate = 'won'
    union all
    select 'leads to date', 'marts.lead_scores', count(*) from marts.lead_scores
    union all
    select 'leads to date', 'marts.nine_steps', coalesce(max(rows_out), 0)
    from marts.nine_steps where source = '(all)' and step = 'filter'
    union all
    select 'merged', 'marts.merges', count(*) from marts.merges
    union all
    select 'merged', 'marts.record_accounts', coalesce(sum(merged), 0) from marts.record_accounts
    union all
    select 'duplicates to date', 'marts.lead_quality', coalesce(max(duplicates), 0) from quality
    union all
    select 'duplicates to date', 'marts.duplicates', coalesce(max(duplicates), 0) from duplicates
    union all
    select 'duplicates to date', 'marts.rates', coalesce(max(ever_reached), 0)
    from rates where rate = 'duplicate'
    union all
    select 'mql', 'marts.lead_quality', coalesce(max(mql), 0) from quality
    union all
    select 'mql', 'marts.rates', coalesce(max(ever_reached), 0) from rates where rate = 'mql'
    union all
    select 'mql', 'marts.funnel', coalesce(max(entered), 0) from funnel where stage = 'mql'
    union all
    select 'won', 'marts.lead_quality', coalesce(max(won), 0) from quality
    union all
    select 'won', 'marts.rates', coalesce(max(ever_reached), 0) from rates where rate = 'won'
    union all
    select 'won', 'marts.funnel', coalesce(max(entered), 0) from funnel where stage = 'won'
    union all
    select 'orders', 'marts.orders', count(*) from marts.orders
    union all
    select 'orders', 'marts.cash', coalesce(max(orders), 0) from marts.cash where month = '(all)'
    union all
    select 'orders', 'marts.revenue_sources', coalesce(sum(orders), 0) from marts.revenue_sources
    union all
    select 'revenue', 'marts.orders', coalesce(sum(value), 0) from marts.orders
    union all
    select 'revenue', 'marts.cash', coalesce(max(ordered), 0) from marts.cash where month = '(all)'
    union all
    select 'revenue', 'marts.revenue_sources', coalesce(sum(revenue), 0) from marts.revenue_sources
)

select
    shown.measure,
    shown.relation,
    made.relation as origin,
    cast(shown.value as decimal(28,4)) as value,
    made.value as expected
from shown
inner join funnel.made_totals as made on shown.measure = made.measure

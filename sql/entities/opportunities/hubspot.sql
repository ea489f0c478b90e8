with

deals as (
    select * from staging.hubspot__deals
),

-- Of several contacts the oldest key; one that was merged is what it was merged into.
contacts as (
    select
        pairs.deal_id,
        first_value(
            coalesce(merged.master_id, pairs.contact_id)
            order by length(pairs.contact_id), pairs.contact_id
        ) as contact_id
    from staging.hubspot__deal_contacts as pairs
    left join staging.hubspot__merged_contacts as merged
        on pairs.contact_id = merged.contact_id
    group by pairs.deal_id
),

companies as (
    select
        deal_id,
        first_value(company_id order by length(company_id), company_id) as company_id
    from staging.hubspot__deal_companies
    group by deal_id
),

entries as (
    select
        deal_id,
        stage_id,
        max(entered_at) as entered_at
    from staging.hubspot__deal_stage_history
    group by deal_id, stage_id
),

closing as (
    select
        deals.*,
        coalesce(stages.label, deals.stage_id) as stage,
        coalesce(deals.is_closed, stages.is_closed, false) as is_over,
        coalesce(deals.is_won, stages.is_closed_won) as is_won_there,
        coalesce(deals.close_at, entries.entered_at) as over_at
    from deals
    left join staging.hubspot__deal_stages as stages on deals.stage_id = stages.stage_id
    left join entries
        on deals.deal_id = entries.deal_id and deals.stage_id = entries.stage_id
),

opportunities as (
    select
        concat('hs:', closing.deal_id) as opportunity_id,
        'hs:' || contacts.contact_id as record_id,
        'hs:' || companies.company_id as account_id,
        'hs:' || closing.owner_id as owner_id,
        closing.stage,
        closing.analytics_source as lead_source,
        case when closing.amount is not null
            then coalesce(closing.currency, $hubspot_currency) end as currency,
        closing.lost_reason as loss_reason,
        closing.amount,
        closing.probability,
        case when closing.is_over then closing.is_won_there end as is_won,
        cast(closing.close_at at time zone $time_zone as date) as expected_close_date,
        closing.created_at,
        case when closing.is_over then closing.over_at end as closed_at,
        case when closing.is_archived then 'deleted' end as drop_reason
    from closing
    left join contacts on closing.deal_id = contacts.deal_id
    left join companies on closing.deal_id = companies.deal_id
)

select * from opportunities

with

days as (
    select * from entities.spend_days
),

findings as (
    select
        source,
        'spend_days' as entity,
        concat_ws(' ', account_id, campaign_id, ad_id, cast(spend_date as text)) as entity_id,
        cast(null as text) as related_id,
        'leads or conversions are claimed, and not one click' as evidence
    from days
    where clicks = 0 and (platform_leads > 0 or platform_conversions > 0.0)
)

select * from findings

with

accounts as (
    select * from identity.accounts
),

people as (
    select
        account_id,
        count(*) as people
    from identity.person_accounts
    where account_id is not null
    group by account_id
),

leads as (
    select
        account_id,
        count(*) as leads
    from identity.lead_accounts
    where account_id is not null
    group by account_id
),

related_won as (
    select
        account_id,
        count(*) as related_won
    from funnel.related_wins
    group by account_id
),

facts as (
    select
        account_id,
        max(value) filter (where attribute = 'industry') as industry,
        max(value) filter (where attribute = 'country') as country,
        max(value) filter (where attribute = 'region') as region,
        max(currency) filter (where attribute = 'revenue') as currency,
        cast(max(amount) filter (where attribute = 'employees') as bigint) as employees,
        max(amount) filter (where attribute = 'revenue') as revenue
    from identity.account_values
    group by account_id
),

described as (
    select
        accounts.account_id,
        accounts.name,
        accounts.origin,
        accounts.domain,
        accounts.credit_code,
        accounts.branch,
        accounts.relation,
        accounts.parent_account_id,
        accounts.parent_rule,
        accounts.ultimate_parent_id,
        parents.name as ultimate_parent_name,
        facts.industry,
        facts.country,
        facts.region,
        facts.currency,
        accounts.depth,
        accounts.record_count as records,
        coalesce(people.people, 0) as people,
        coalesce(leads.leads, 0) as leads,
        coalesce(opportunities.opportunities, 0) as opportunities,
        coalesce(opportunities.won_opportunities, 0) as won_opportunities,
        coalesce(related_won.related_won, 0) as related_won,
        facts.employees,
        facts.revenue,
        accounts.is_circular,
        accounts.first_seen_at
    from accounts
    inner join accounts as parents on accounts.ultimate_parent_id = parents.account_id
    left join people on accounts.account_id = people.account_id
    left join leads on accounts.account_id = leads.account_id
    left join funnel.account_deals as opportunities
        on accounts.account_id = opportunities.account_id
    left join related_won on accounts.account_id = related_won.account_id
    left join facts on accounts.account_id = facts.account_id
)

select * from described

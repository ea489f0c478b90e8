with

bought as (
    select record_id, ordered_at as bought_at
    from entities.orders
    where record_id is not null and ordered_at is not null
    union all
    select record_id, closed_at
    from entities.opportunities
    where record_id is not null and is_won
),

people as (
    select
        members.person_id,
        min(bought.bought_at) as bought_at
    from bought
    inner join identity.members as members
        on concat('lead:', bought.record_id) = members.contact_id
    group by members.person_id
),

-- What anybody of the company bought, and what was sold to it without naming anybody.
account_purchases as (
    select
        accounts.account_id,
        people.bought_at
    from people
    inner join identity.person_accounts as accounts on people.person_id = accounts.person_id
    union all
    select
        accounts.account_id,
        opportunities.closed_at
    from entities.opportunities as opportunities
    inner join identity.opportunity_accounts as accounts
        on opportunities.opportunity_id = accounts.opportunity_id
    where opportunities.is_won
),

buyers as (
    select 'person' as kind, person_id as buyer_id, bought_at from people
    union all
    select 'account', account_id, min(bought_at)
    from account_purchases
    where account_id is not null
    group by account_id
)

select * from buyers

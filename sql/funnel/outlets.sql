with

places as (
    select
        account_id,
        coalesce(
            max(value) filter (where attribute = 'region'),
            max(value) filter (where attribute = 'country')
        ) as region
    from identity.account_values
    group by account_id
),

-- Where the account does not say where it is, the first of its leads that does tells it.
told as (
    select
        accounts.account_id,
        first_value(leads.region order by leads.captured_at, leads.lead_id)
            filter (where leads.region is not null) as region,
        min(leads.captured_at) as first_seen_at
    from identity.lead_accounts as accounts
    inner join identity.leads as leads on accounts.lead_id = leads.lead_id
    where accounts.account_id is not null
    group by accounts.account_id
),

outlets as (
    select
        accounts.account_id,
        coalesce(places.region, told.region, '(unknown)') as region,
        cast(coalesce(accounts.first_seen_at, told.first_seen_at) at time zone $time_zone as date)
            as first_date
    from identity.accounts as accounts
    left join places on accounts.account_id = places.account_id
    left join told on accounts.account_id = told.account_id
)

select * from outlets
where first_date <= $as_of or first_date is null

with

opportunities as (
    select * from journey.opportunities
),

described as (
    select
        opportunity_id,
        owner_id,
        stage,
        product_line,
        lower(btrim(loss_reason)) as loss_reason,
        probability,
        record_id is null as is_direct
    from entities.opportunities
),

-- The last offer says what was conceded.
quotes as (
    select
        opportunity_id,
        count(*) as quotes,
        count(*) filter (where outcome = 'accepted') as accepted_quotes,
        last_value(cast(amount as double) order by quoted_at, quote_id) as last_amount,
        last_value(cast(list_amount as double) order by quoted_at, quote_id) as last_list_amount
    from entities.quotes
    where cast(quoted_at at time zone $time_zone as date) <= $as_of
    group by opportunity_id
),

meetings as (
    select
        lead_id,
        count(*) filter (where kind = 'meeting') as meetings,
        count(*) as attempts
    from funnel.attempts
    group by lead_id
),

made as (
    select
        opportunity_id,
        conversion_kind
    from funnel.lead_opportunities
    where is_made
),

joined as (
    select
        opportunities.opportunity_id,
        opportunities.lead_id,
        opportunities.account_id,
        case
            when opportunities.lead_id is not null
                then coalesce(made.conversion_kind, 'new opportunity')
            when described.is_direct then 'direct'
            else 'no lead'
        end as conversion_kind,
        coalesce(leads.channel, '(no lead)') as channel,
        described.owner_id,
        reps.manager,
        reps.office,
        described.product_line,
        described.stage,
        case
            when opportunities.is_won then 'won'
            when not opportunities.is_won then 'lost'
            else 'open'
        end as state,
        case
            when standing.win_chance >= $likely_chance then 'open_likely'
            when standing.opportunity_id is not null then 'open_weak'
            when cast(opportunities.closed_at at time zone $time_zone as date) > $as_of then null
            when opportunities.is_won then 'won'
            when not opportunities.is_won then 'lost'
        end as outlook,
        described.loss_reason,
        opportunities.currency,
        opportunities.value,
        coalesce(quotes.quotes, 0) as quotes,
        coalesce(quotes.accepted_quotes, 0) as accepted_quotes,
        1.0 - quotes.last_amount / nullif(quotes.last_list_amount, 0.0) as discount,
        coalesce(meetings.meetings, 0) as meetings,
        coalesce(meetings.attempts, 0) as attempts,
        standing.days_in_stage,
        standing.win_chance,
        case when opportunities.is_won is null then described.probability end as typed_chance,
        coalesce(committees.people, 0) as committee,
        committees.roles_engaged,
        committees.committee_coverage,
        cast(opportunities.created_at at time zone $time_zone as date) as created_date,
        case when cast(opportunities.closed_at at time zone $time_zone as date) <= $as_of
            then cast(opportunities.closed_at at time zone $time_zone as date) end as closed_date
    from opportunities
    inner join described on opportunities.opportunity_id = described.opportunity_id
    left join entities.reps as reps on described.owner_id = reps.rep_id
    left join identity.leads as leads on opportunities.lead_id = leads.lead_id
    left join quotes on opportunities.opportunity_id = quotes.opportunity_id
    left join meetings on opportunities.lead_id = meetings.lead_id
    left join funnel.deal_standings as standing
        on opportunities.opportunity_id = standing.opportunity_id
    left join made on opportunities.opportunity_id = made.opportunity_id
    left join funnel.committees as committees
        on opportunities.opportunity_id = committees.opportunity_id
)

select * from joined

with

forms as (
    select
        contact_id,
        source_id,
        visitor_id,
        coalesce(email_key, phone_key, mobile_key) is not null as has_key,
        seen_at
    from identity.contacts
    where kind = 'form' and cast(seen_at at time zone $time_zone as date) <= $as_of
),

-- The channel that brought the visitor to the form.
arrivals as (
    select
        forms.contact_id,
        last_value(touches.channel order by touches.touched_at, touches.touch_id) as channel
    from forms
    inner join entities.touchpoints as touches on forms.visitor_id = touches.visitor_id
    where touches.touched_at <= forms.seen_at
    group by forms.contact_id
),

-- The web tells of a lead; whether its person ever became one in the CRM is the question. A form
-- without address and number would not be found there.
members as (
    select
        rates.rate,
        forms.source_id as member_id,
        coalesce(arrivals.channel, 'unassigned') as channel,
        $window_days as window_days,
        true as is_judged,
        members.lead_id is not null as is_reached,
        members.lead_id is not null as is_ever_reached,
        false as is_imputed,
        forms.has_key or members.lead_id is not null as is_covered,
        cast(forms.seen_at at time zone $time_zone as date) as entered_date,
        cast(null as date) as reached_date
    from forms
    cross join reference.rates as rates
    left join identity.members as members on forms.contact_id = members.contact_id
    left join arrivals on forms.contact_id = arrivals.contact_id
    where rates.population = 'submission'
)

select * from members

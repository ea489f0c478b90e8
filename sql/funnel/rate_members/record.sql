with

contacted as (
    select lead_id from funnel.lead_stages where path = $stage_path and stage = 'contacted'
),

records as (
    select
        records.record_id,
        records.channel,
        records.outcome = 'golden' as is_golden,
        records.outcome = 'invalid' as is_invalid,
        contacted.lead_id is not null as is_worked,
        records.is_continuation,
        records.outcome = 'merged' as is_merged,
        records.outcome = 'merged' and not records.is_continuation as is_duplicate,
        (states.email_reason is distinct from 'kept elsewhere') as is_here,
        states.wrong_field is not null as is_inaccurate,
        states.is_checked,
        states.email_state in ('unusable', 'missing')
            and states.phone_state in ('unusable', 'missing') as is_unusable,
        states.email_state = 'usable' or states.phone_state = 'usable' as is_usable,
        cast(records.captured_at at time zone $time_zone as date) as captured_date
    from identity.records as records
    inner join funnel.contact_states as states on records.record_id = states.record_id
    left join contacted on records.lead_id = contacted.lead_id
),

-- Somebody must have looked: sales at an invalid record, the rules at what is written there, and
-- a call or a mail must have shown whether it leads to anybody. What a lead became is no record
-- of a lead that could be doubled. Covered is a record with something to look at: to compare it by,
-- to check, or to reach somebody by.
judged as (
    select
        rates.rate,
        records.record_id as member_id,
        records.channel,
        case rates.rate
            when 'duplicate' then not is_continuation
            when 'unique' then not is_continuation
            when 'unmapped' then true
            when 'invalid' then is_invalid or is_worked
            when 'valid' then is_invalid or is_worked
            when 'inaccurate' then is_checked
            when 'unusable' then is_unusable or is_usable
            when 'any_bad'
                then is_duplicate
                    or is_inaccurate
                    or is_unusable
                    or (is_checked and is_usable and not is_continuation)
        end as is_judged,
        case rates.rate
            when 'duplicate' then is_duplicate
            when 'unique' then is_golden
            when 'unmapped' then channel = 'unassigned'
            when 'invalid' then is_invalid
            when 'valid' then is_worked and not is_invalid
            when 'inaccurate' then is_inaccurate
            when 'unusable' then is_unusable
            when 'any_bad' then is_duplicate or is_inaccurate or is_unusable
        end as is_reached,
        case
            when rates.rate in ('duplicate', 'unique')
                then is_checked or not is_here or is_merged
            when rates.rate in ('invalid', 'valid') then is_invalid or is_worked
            when rates.rate = 'unmapped' then true
            when rates.rate = 'inaccurate' then is_checked
            when rates.rate = 'unusable' then is_here
            when rates.rate = 'any_bad' then is_here or is_duplicate or is_inaccurate
        end as is_covered,
        records.captured_date as entered_date
    from records
    cross join reference.rates as rates
    where rates.population = 'record' and records.captured_date <= $as_of
),

members as (
    select
        rate,
        member_id,
        channel,
        $window_days as window_days,
        is_judged,
        is_reached,
        is_reached as is_ever_reached,
        false as is_imputed,
        is_covered,
        entered_date,
        case when is_reached then entered_date end as reached_date
    from judged
)

select * from members

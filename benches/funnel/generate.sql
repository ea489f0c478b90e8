-- Leads with five stage events each on average: a walk up the path `crm` with skips, returns, repeats and losses, all following from the
-- lead's number. Written as the demo's CRM exports them.
-- Reads the variables leads and out.

create or replace macro dice(lead, salt, sides) as (hash(lead::bigint * 64 + salt) % sides)::bigint;

create temp table walks as
select
    number,
    timestamp '2026-01-01' + to_seconds(number * 15638400 // getvariable('leads')) as created_at,
    -- How far it comes, and how many stages nobody writes down.
    case
        when dice(number, 1, 100) < 8 then 1
        when dice(number, 1, 100) < 30 then 2
        when dice(number, 1, 100) < 52 then 3
        when dice(number, 1, 100) < 74 then 4
        when dice(number, 1, 100) < 90 then 5
        else 6
    end as highest
from range(1, getvariable('leads') + 1) as leads(number);

create temp table events as
with

steps as (
    select
        walks.number,
        steps.ordinal,
        ['Lead', 'Contacted', 'MQL', 'SQL', 'Opportunity', 'Won'][steps.ordinal] as stage,
        walks.created_at + to_minutes(steps.ordinal * (600 + dice(walks.number, 2, 9000))) as entered_at,
        dice(walks.number, 10 + steps.ordinal, 100) as luck
    from walks
    inner join range(1, 7) as steps(ordinal) on steps.ordinal <= walks.highest
),

told as (
    select number, stage, entered_at from steps where luck >= 6 or ordinal = 1
    union all
    -- Told once more, an hour later.
    select number, stage, entered_at + interval 1 hour from steps where luck between 40 and 69
    union all
    -- Lost, and every third time taken up again.
    select number, 'Lost', entered_at + interval 9 day from steps where luck between 70 and 82 and ordinal between 2 and 4
    union all
    select number, 'Contacted', entered_at + interval 20 day from steps where luck between 70 and 74 and ordinal between 2 and 4
    union all
    select number, stage, entered_at + interval 3 hour from steps where luck >= 83
)

select * from told where entered_at < timestamp '2026-06-30 16:00';

copy (
    select
        format('L{:07d}', number) as lead_id,
        null as full_name,
        format('u{}@c{}.example', number, number % 250000) as email,
        null as phone,
        null as company,
        null as title,
        null as industry,
        [20, 80, 150, 700, 2500, null][1 + dice(number, 3, 6)] as employees,
        ['China', 'Germany', 'United States', 'Singapore', null][1 + dice(number, 4, 5)] as country,
        null as city,
        ['Google Ads', 'LinkedIn Ads', 'Display', 'SEO', 'Newsletter', 'Webinar', 'Referral', 'Website'][1 + dice(number, 5, 8)] as source,
        strftime(created_at + interval 8 hour, '%Y/%m/%d %H:%M') as created_at,
        'Working' as status,
        null as invalid_reason,
        ['Helen Marsh', 'Tobias Krantz', 'Priya Nair', 'Daniel Ortiz', 'Sophie Lang'][1 + dice(number, 6, 5)] as owner,
        'N' as is_test
    from walks
    order by number
) to (getvariable('out') || '/crm/leads.csv') (header);

copy (
    select
        format('L{:07d}', number) as lead_id,
        stage,
        strftime(entered_at, '%Y-%m-%dT%H:%M:%SZ') as entered_at,
        'Helen Marsh' as changed_by
    from events
    order by entered_at, number, stage
) to (getvariable('out') || '/crm/stage_history.csv') (header);

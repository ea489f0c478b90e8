-- Leads with ten signals each on average: a form that makes the lead known, touches before and after it, and what it is; all following from the
-- lead's number. Written as the demo's CRM and site export them.
-- Reads the variables leads and out.

create or replace macro dice(lead, salt, sides) as (hash(lead::bigint * 64 + salt) % sides)::bigint;

create temp table people as
select
    number,
    timestamp '2026-01-01' + to_seconds(number * 15638400 // getvariable('leads')) as created_at,
    -- What a lead is makes six signals; one to five touches, each with its page, make the others.
    1 + dice(number, 1, 5) as touches
from range(1, getvariable('leads') + 1) as leads(number);

copy (
    select
        format('L{:07d}', number) as lead_id,
        null as full_name,
        format('u{}@c{}.example', number, number % 250000) as email,
        null as phone,
        null as company,
        ['CTO', 'Buyer', 'Intern', 'Plant Manager', 'Head of Purchasing', 'Automation Engineer', null][1 + dice(number, 2, 7)] as title,
        ['Automotive', 'Energy', 'Education', 'Machinery', 'Consulting', null][1 + dice(number, 7, 6)] as industry,
        [20, 80, 150, 700, 2500, null][1 + dice(number, 3, 6)] as employees,
        ['China', 'Germany', 'United States', 'Singapore', null][1 + dice(number, 4, 5)] as country,
        null as city,
        ['Google Ads', 'LinkedIn Ads', 'Display', 'SEO', 'Newsletter', 'Webinar', 'Referral', 'Website'][1 + dice(number, 5, 8)] as source,
        strftime(created_at + interval 8 hour, '%Y/%m/%d %H:%M') as created_at,
        'Working' as status,
        null as invalid_reason,
        ['Helen Marsh', 'Tobias Krantz', 'Priya Nair', 'Daniel Ortiz', 'Sophie Lang'][1 + dice(number, 6, 5)] as owner,
        'N' as is_test
    from people
    order by number
) to (getvariable('out') || '/crm/leads.csv') (header);

copy (
    select
        format('f{}', number) as submission_id,
        format('v{}', number) as visitor_id,
        strftime(created_at, '%Y-%m-%d %H:%M:%S') as submitted_at,
        'contact' as form,
        null as full_name,
        format('u{}@c{}.example', number, number % 250000) as email,
        null as phone,
        null as company,
        null as country,
        'yes' as consent
    from people
    order by number
) to (getvariable('out') || '/forms/web_forms.csv') (header);

copy (
    select
        format('t{}-{}', people.number, steps.place) as touch_id,
        format('v{}', people.number) as visitor_id,
        strftime(
            people.created_at + to_minutes((steps.place - 3) * (700 + dice(people.number, 10 + steps.place, 9000))), '%Y-%m-%dT%H:%M:%SZ'
        ) as occurred_at,
        ['page_view', 'email_click', 'ad_click', 'download', 'webinar', 'page_view', 'page_view'][1 + dice(people.number, 20 + steps.place, 7)] as kind,
        null as utm_source,
        null as utm_medium,
        null as utm_campaign,
        null as referrer,
        ['https://www.quillon.example/pricing', 'https://www.quillon.example/cases', 'https://www.quillon.example/', 'https://www.quillon.example/contact',
            'https://www.quillon.example/careers'][1 + dice(people.number, 40 + steps.place, 5)] as landing_url,
        'Firefox/140' as user_agent
    from people
    inner join range(1, 6) as steps(place) on steps.place <= people.touches
    order by people.number, steps.place
) to (getvariable('out') || '/touchpoints/touches.csv') (header);

-- Raw files to typed columns. Views: each is read once, by an entity. Lines that do not fit are left out, as in the pipeline. Times are
-- plain UTC timestamps until they are published.

create schema reference;
create schema staging;
create schema entities;
create schema identity;
create schema journey;
create schema scoring;
create schema attribution;
create schema funnel;
create schema marts;

create macro rows(name) as table
select * from read_csv(getvariable('reference') || '/' || name || '.csv', header = true, delim = ',', quote = '"');

create table reference.channel_sources as select * from rows('channel_sources');
create table reference.channel_overrides as select * from rows('channel_overrides');
create table reference.lead_sources as select * from rows('lead_sources');
create table reference.mail_domains as select * from rows('mail_domains');
create table reference.role_mailboxes as select * from rows('role_mailboxes');
create table reference.stages as select stage, ordinal from rows('stage_paths') where path = 'crm';
create table reference.benchmarks as select * from rows('benchmarks');
create table reference.rates as select * from rows('rates');
create table reference.score_versions as select * from rows('score_versions');
create table reference.score_rules as select * from rows('score_rules');
create table reference.score_bounds as select * from rows('score_bounds');
create table reference.touch_priorities as select * from rows('touch_priorities');

set variable null_words = ['', '(not set)', '(none)', '(direct)', 'N/A', '-', '无', 'Select'];
-- The first moment after the last day that counts.
set variable until = timezone('UTC', timezone(getvariable('time_zone'), (getvariable('as_of') + 1)::timestamp));

-- The calendar day of a UTC time in the project's zone.
create macro local_date(moment) as timezone(getvariable('time_zone'), timezone('UTC', moment))::date;

-- UTC of what a clock in the zone shows.
create macro utc(local_time, zone) as timezone('UTC', timezone(zone, local_time));

-- $22.5K, ¥12,300.00
create macro money(written) as
    replace(regexp_replace(regexp_extract(trim(written), '^[$¥]?([0-9.,]+)[KMB]?$', 1), ',', '', 'g'), ',', '')::decimal(18,4)
    * case right(trim(written), 1) when 'K' then 1000 when 'M' then 1000000 when 'B' then 1000000000 else 1 end;

-- No field of these is quoted, so that a stray quote costs its own line alone.
create view staging.touchpoints as
from read_csv(
    getvariable('raw') || '/touchpoints/*.csv*', auto_detect = false, header = true, delim = ',', quote = '', escape = '',
    new_line = '\n', ignore_errors = true, nullstr = getvariable('null_words'),
    columns = {
        touch_id: 'varchar', visitor_id: 'varchar', occurred_at: 'timestamp', kind: 'varchar', utm_source: 'varchar',
        utm_medium: 'varchar', utm_campaign: 'varchar', referrer: 'varchar', landing_url: 'varchar', user_agent: 'varchar'
    }
)
where touch_id is not null and visitor_id is not null and occurred_at is not null and kind is not null;

create view staging.forms as
from read_csv(
    getvariable('raw') || '/forms/web_forms.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true, nullstr = getvariable('null_words'),
    columns = {
        submission_id: 'varchar', visitor_id: 'varchar', submitted_at: 'timestamp', form: 'varchar', full_name: 'varchar',
        email: 'varchar', phone: 'varchar', company: 'varchar', country: 'varchar', consent: 'varchar'
    }
)
where submission_id is not null and visitor_id is not null and submitted_at is not null and form is not null;

create view staging.leads as
select
    * replace (utc(created_at, 'Asia/Shanghai') as created_at, replace(employees, ',', '')::bigint as employees, is_test = 'Y' as is_test)
from read_csv(
    getvariable('raw') || '/crm/leads.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true, nullstr = getvariable('null_words'), timestampformat = '%Y/%m/%d %H:%M',
    columns = {
        lead_id: 'varchar', full_name: 'varchar', email: 'varchar', phone: 'varchar', company: 'varchar', title: 'varchar',
        industry: 'varchar', employees: 'varchar', country: 'varchar', city: 'varchar', lead_source: 'varchar',
        created_at: 'timestamp', status: 'varchar', invalid_reason: 'varchar', owner: 'varchar', is_test: 'varchar'
    }
)
where lead_id is not null and created_at is not null
    and (employees is null or regexp_full_match(employees, '[0-9,]+'));

-- Read from a copy in UTF-8, in which bytes that are no character have become U+FFFD.
create view staging.leads_cn as
select
    * replace (utc(created_at, 'Asia/Shanghai') as created_at)
from read_csv(
    'utf8/leads_cn.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\r\n', ignore_errors = true, nullstr = getvariable('null_words'), timestampformat = '%Y年%m月%d日 %H:%M',
    columns = {
        lead_id: 'varchar', full_name: 'varchar', phone: 'varchar', email: 'varchar', company: 'varchar', title: 'varchar',
        industry: 'varchar', size_band: 'varchar', province: 'varchar', city: 'varchar', lead_source: 'varchar',
        created_at: 'timestamp', status: 'varchar', invalid_reason: 'varchar', owner: 'varchar', note: 'varchar'
    }
)
where lead_id is not null and created_at is not null
    and not contains(concat(full_name, phone, email, company, title, industry, size_band, province, city, note), '�');

create view staging.stage_history as
select
    * replace (entered_at::timestamp as entered_at)
from read_csv(
    getvariable('raw') || '/crm/stage_history.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true,
    columns = {lead_id: 'varchar', stage: 'varchar', entered_at: 'timestamptz', changed_by: 'varchar'}
)
where lead_id is not null and stage is not null and entered_at is not null;

create view staging.opportunities as
select
    * replace (
        utc(created_at, 'Asia/Shanghai') as created_at,
        utc(closed_at, 'Asia/Shanghai') as closed_at,
        money(amount)::decimal(18,4) as amount,
        is_won = 'Yes' as is_won
    )
from read_csv(
    getvariable('raw') || '/crm/opportunities.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true, nullstr = getvariable('null_words'), timestampformat = '%d %b %Y %H:%M',
    columns = {
        opportunity_id: 'varchar', lead_id: 'varchar', account: 'varchar', product_line: 'varchar', amount: 'varchar',
        currency: 'varchar', stage: 'varchar', created_at: 'timestamp', closed_at: 'timestamp', is_won: 'varchar',
        loss_reason: 'varchar'
    }
)
where opportunity_id is not null and created_at is not null
    and (amount is null or regexp_full_match(trim(amount), '[$¥]?[0-9,]+(\.[0-9]+)?[KMB]?'));

create view staging.activities as
select
    * replace (utc(occurred_at, 'Europe/Berlin') as occurred_at, is_automated = '1' as is_automated)
from read_csv(
    getvariable('raw') || '/crm/activities.csv', auto_detect = false, header = true, delim = ';', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true, nullstr = getvariable('null_words'), timestampformat = '%d.%m.%Y %H:%M',
    decimal_separator = ',',
    columns = {
        activity_id: 'varchar', lead_id: 'varchar', kind: 'varchar', direction: 'varchar', is_automated: 'varchar',
        occurred_at: 'timestamp', duration_min: 'double', outcome: 'varchar', note: 'varchar'
    }
)
where activity_id is not null and lead_id is not null and occurred_at is not null;

create view staging.orders as
select
    * replace (make_timestamp(ordered_at * 1000000) as ordered_at)
from read_csv(
    getvariable('raw') || '/erp/orders.csv*', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true, nullstr = getvariable('null_words'),
    columns = {
        order_id: 'varchar', opportunity_id: 'varchar', lead_id: 'varchar', ordered_at: 'bigint', amount: 'decimal(18,4)',
        currency: 'varchar', kind: 'varchar'
    }
)
where order_id is not null and ordered_at is not null and amount is not null and currency is not null;

create view staging.google_ads as
from read_csv(
    getvariable('raw') || '/ads/google_ads.csv', auto_detect = false, header = true, skip = 2, delim = ',', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true,
    columns = {
        spend_date: 'date', account: 'varchar', campaign: 'varchar', campaign_type: 'varchar', currency: 'varchar',
        cost_micros: 'bigint', clicks: 'bigint', impressions: 'bigint'
    }
);

create view staging.linkedin_ads as
select
    * replace (money(spend)::decimal(18,4) as spend)
from read_csv(
    getvariable('raw') || '/ads/linkedin_ads.tsv', auto_detect = false, header = true, delim = '\t', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true, dateformat = '%m/%d/%Y',
    columns = {
        spend_date: 'date', account: 'varchar', campaign: 'varchar', spend: 'varchar', currency: 'varchar',
        clicks: 'bigint', impressions: 'bigint'
    }
);

create view staging.baidu_ads as
select
    * replace (money(spend)::decimal(18,4) as spend)
from read_csv(
    'utf8/baidu_ads.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\n',
    ignore_errors = true,
    columns = {
        spend_date: 'date', account: 'varchar', campaign: 'varchar', spend: 'varchar', clicks: 'bigint', impressions: 'bigint'
    }
);

create view staging.fx_rates as
from read_csv(
    getvariable('raw') || '/finance/fx_rates.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\n', ignore_errors = true,
    columns = {rate_date: 'date', currency: 'varchar', rate_cny: 'decimal(12,6)'}
);

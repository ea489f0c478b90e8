with

given as (
    select distinct company
    from entities.lead_records
    where company is not null
),

spelled as (
    select
        company,
        btrim(regexp_replace(
            fold_han(translate(
                lower(nfkc(company)),
                coalesce((select string_agg(variant, '' order by variant)
                    from reference.han_variants), ''),
                coalesce((select string_agg(plain, '' order by variant)
                    from reference.han_variants), '')
            )),
            '\s+', ' ', 'g'
        )) as normalised
    from given
),

coded as (
    select
        *,
        regexp_match(
            concat(' ', upper(normalised), ' '),
            '[^0-9A-Z]([0-9A-HJ-NPQRTUWXY]{18})[^0-9A-Z]'
        )[1] as code,
        regexp_like(normalised, '\p{Han}') as is_han
    from spelled
),

-- A unified social credit code is one if its last character proves the others (GB 32100-2015).
proven as (
    select
        *,
        case when right(code, 1) = check_character(
            left(code, 17), '0123456789ABCDEFGHJKLMNPQRTUWXY', '3'
        ) then code end as registration_code
    from coded
),

named as (
    select
        *,
        regexp_replace(
            regexp_replace(
                replace(normalised, lower(coalesce(registration_code, '?')), ''),
                '[.''’`]', '', 'g'
            ),
            '[&+]', ' and ', 'g'
        ) as words
    from proven
),

bare as (
    select
        company,
        normalised,
        case when is_han then regexp_replace(words, '[^\p{L}\p{N}]', '', 'g')
            else btrim(regexp_replace(words, '[^\p{L}\p{N}]+', ' ', 'g')) end as name,
        registration_code,
        is_han
    from named
)

select * from bare

with

titles as (
    select
        *,
        longest_prefix(normalised, (
            select string_agg(concat(word, ' '), '|') from reference.honorifics
        )) as title,
        longest_suffix(replace(normalised, ',', ''), (
            select string_agg(concat(' ', word), '|') from reference.honorifics
        )) as degree
    from identity.person_spellings
    where not is_han
),

untitled as (
    select
        *,
        regexp_replace(
            substr(normalised, length(coalesce(title, '')) + 1),
            concat(',?', coalesce(degree, ''), '$'),
            ''
        ) as rest
    from titles
),

-- Zhang, Wei says which is the family name; Wei Zhang is read as such.
words as (
    select
        *,
        regexp_match(rest, '^([^,]*?),? *([^, ]+)$') as in_order,
        regexp_match(rest, '^([^,]+), *([^,]+)$') as in_commas
    from untitled
),

readings as (
    select distinct replace(coalesce(reading, pinyin(surname)), ' ', '') as reading
    from reference.surnames
),

-- Yuan Haihui: the first word alone is a Chinese surname, and the rest sounds Chinese too.
ordered as (
    select
        words.*,
        words.in_commas is null
            and firsts.reading is not null
            and lasts.reading is null
            and regexp_like(
                regexp_replace(words.rest, '^[^ ]*', ''),
                '^( ?((zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|er|ia|ie|iu|in|ua|uo|ui|un|ue|[aoeiuv]))+)+$'
            ) as is_family_first
    from words
    left join readings as firsts on split_part(words.rest, ' ', 1) = firsts.reading
    left join readings as lasts on words.in_order[2] = lasts.reading
),

split_names as (
    select
        full_name,
        normalised,
        case
            when is_family_first then split_part(rest, ' ', 1)
            else coalesce(in_commas[1], in_order[2])
        end as family_name,
        case
            when is_family_first then btrim(regexp_replace(rest, '^[^ ]*', ''))
            else coalesce(in_commas[2], in_order[1], '')
        end as given_name,
        nullif(btrim(concat(title, degree)), '') as honorific,
        is_masked
    from ordered
),

-- A short form may stand first or, where the order is swapped, last.
names as (
    select
        split.full_name,
        split.normalised,
        split.family_name,
        nullif(split.given_name, '') as given_name,
        split.honorific,
        array_to_string(array_sort(string_to_array(btrim(concat(
            coalesce(firsts.given_name, split_part(split.given_name, ' ', 1)),
            regexp_replace(split.given_name, '^[^ ]*', ''), ' ',
            coalesce(lasts.given_name, split.family_name)
        )), ' ')), ' ') as written_key,
        split.is_masked or split.given_name = '' or split.family_name is null as is_partial
    from split_names as split
    left join reference.name_variants as firsts
        on split_part(split.given_name, ' ', 1) = firsts.variant
    left join reference.name_variants as lasts on split.family_name = lasts.variant
),

judged as (
    select
        names.full_name,
        names.normalised,
        names.family_name,
        names.given_name,
        names.honorific,
        case when not names.is_partial and placeholders.word is null then names.written_key end
            as name_key,
        case when not names.is_partial and placeholders.word is null then names.written_key end
            as sound_key,
        names.is_partial,
        placeholders.word is not null as is_placeholder
    from names
    left join reference.placeholders as placeholders
        on regexp_replace(names.normalised, '[0-9 ]+$', '') = placeholders.word
)

select * from judged

"""The grammar of FEEL (DMN 10.3.1.2) as an LALR grammar over the tokens of `engine.feel.lexer`.

Names are whole tokens here: what is ambiguous in FEEL's grammar is which words make a name, and the lexer decides
that. `if`, `for`, `some`, `every` and `function` stand among the primaries; a conflict after them is resolved by
shifting, so that their last expression reaches as far as it can.
"""

from __future__ import annotations

GRAMMAR = r"""
start: expression
unary: MINUS -> any_test
     | NOT LPAR tests RPAR -> not_tests
     | tests -> plain_tests

tests: test (COMMA test)*
test: expression | operator_test
operator_test: COMPARE additive

?expression: conjunction (OR conjunction)* -> disjunction
?conjunction: comparison (AND comparison)* -> conjunction
?comparison: additive
    | comparison COMPARE additive -> compare
    | comparison BETWEEN additive AND additive -> between
    | comparison IN additive -> in_value
    | comparison IN operator_test -> in_one
    | comparison IN LPAR test (COMMA test)+ RPAR -> in_many
?additive: term
    | additive (PLUS | MINUS) term -> arithmetic
?term: power
    | term (STAR | SLASH) power -> arithmetic
?power: negation
    | power POWER negation -> arithmetic
?negation: typed
    | MINUS negation -> negative
?typed: postfix
    | typed INSTANCE type -> instance
?postfix: primary
    | postfix DOT NAME -> path
    | postfix LSQB expression RSQB -> filter
    | postfix LPAR RPAR -> call
    | postfix LPAR expression (COMMA expression)* RPAR -> call
    | postfix LPAR named (COMMA named)* RPAR -> call_named
named: NAME COLON expression

?primary: NUMBER -> number
    | STRING -> string
    | NAME -> name
    | TRUE -> true
    | FALSE -> false
    | NULL -> null
    | AT STRING -> literal
    | LPAR expression RPAR -> group
    | LPAR operator_test RPAR -> comparison_range
    | LSQB RSQB -> list
    | LSQB expression (COMMA expression)* RSQB -> list
    | LPAR expression DOTS expression (RPAR | RSQB | OPENER) -> range
    | LSQB expression DOTS expression (RPAR | RSQB | OPENER) -> range
    | CLOSER expression DOTS expression (RPAR | RSQB | OPENER) -> range
    | LBRACE RBRACE -> context
    | LBRACE entry (COMMA entry)* RBRACE -> context
    | IF expression THEN expression ELSE expression -> conditional
    | FOR iterators RETURN expression -> iteration
    | SOME iterators SATISFIES expression -> some
    | EVERY iterators SATISFIES expression -> every
    | FUNCTION LPAR RPAR expression -> function
    | FUNCTION LPAR parameters RPAR expression -> function
    | FUNCTION LPAR RPAR EXTERNAL expression -> external
    | FUNCTION LPAR parameters RPAR EXTERNAL expression -> external
entry: (NAME | STRING) COLON expression
iterators: iterator (COMMA iterator)*
iterator: NAME IN expression
    | NAME IN expression DOTS expression
parameters: parameter (COMMA parameter)*
parameter: NAME
    | NAME COLON type

type: NAME (DOT NAME)* -> named_type
    | TLIST type TCLOSE -> list_type
    | TRANGE type TCLOSE -> range_type
    | TCONTEXT field (COMMA field)* TCLOSE -> context_type
    | TCONTEXT TCLOSE -> context_type
    | TFUNCTION TCLOSE ARROW type -> function_type
    | TFUNCTION type (COMMA type)* TCLOSE ARROW type -> function_type
field: NAME COLON type

%declare NUMBER STRING NAME TRUE FALSE NULL AT LPAR RPAR LSQB RSQB OPENER CLOSER LBRACE RBRACE COMMA COLON DOT DOTS
%declare IF THEN ELSE FOR RETURN SOME EVERY SATISFIES FUNCTION EXTERNAL AND OR NOT BETWEEN IN INSTANCE COMPARE
%declare PLUS MINUS STAR SLASH POWER ARROW TLIST TRANGE TCONTEXT TFUNCTION TCLOSE
"""

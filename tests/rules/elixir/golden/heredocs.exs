"""
  a
    b
 c
  """
###
"""
#{a}
"""
###
"""
"""
###
"""
 a \
 b
 """
###
'''
 a
 '''
###
"""
  SELECT 1
  """
###
x = """
    deep
      deeper
    """
###
execute """
  UPDATE a SET b = '#{c}'
  """
###
execute(
  """
  a
  """,
  ""
)
###
@moduledoc """
flush
"""
###
"""
  a \"""
  """
###
"""

  a

  """
###
'''
  a #{b}
  '''
###
f """
  a
  """ <> b
